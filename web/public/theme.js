// Before the first paint, so that nobody who chose dark sees white. Its own file: the page allows no
// inline scripts.
try {
  const theme = localStorage.getItem('suture.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off; the system decides.
}
