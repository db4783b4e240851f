const system = matchMedia('(prefers-color-scheme: dark)')

/** A button that changes between light and dark. Until it is used the theme is the system's. */
export function themeSwitch(button) {
  const root = document.documentElement
  const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark'
  const show = () => {
    button.setAttribute('aria-pressed', String(isDark()))
  }
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    try {
      localStorage.setItem('theme', root.dataset.theme)
    } catch {
      // It then lasts as long as the page.
    }
    show()
  })
  system.addEventListener('change', show)
  show()
}
