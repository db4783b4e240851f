// Before anything is drawn: the theme that was chosen here the last time. A classic script, since a module comes too late.
try {
  const theme = localStorage.getItem('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Without storage the theme is the system's.
}
