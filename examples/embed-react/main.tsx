import 'millrace/elements'
import { createRoot } from 'react-dom/client'
import { Dashboard } from './dashboard.tsx'

createRoot(document.getElementById('root') as HTMLElement).render(<Dashboard />)
