/** The button that turns light to dark and back, whatever the system prefers; kept for the next visit. */

type Theme = 'light' | 'dark';

const key = 'understudy-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

export function startTheme(button: HTMLButtonElement): void {
  const known = localStorage.getItem(key);
  if (known === 'light' || known === 'dark') document.documentElement.dataset['theme'] = known;
  const say = (): void => {
    button.textContent = current() === 'dark' ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Use ${current() === 'dark' ? 'light' : 'dark'} colours`);
  };
  say();
  system.addEventListener('change', say);
  button.addEventListener('click', () => {
    const next: Theme = current() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = next;
    localStorage.setItem(key, next);
    say();
  });
}

function current(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return system.matches ? 'dark' : 'light';
}
