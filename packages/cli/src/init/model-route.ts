import { UserError } from '../user-error.ts';

/** Where both models answer: the same path under two base addresses, as the config has it. */
export interface ModelRoute {
  readonly path: string;
  /** Without a slash at the end. */
  readonly production: string;
  readonly shadow: string;
}

export interface GivenUrls {
  readonly production: string;
  readonly shadow: string;
  /** Null: the path that both URLs have. */
  readonly path: string | null;
}

/** @throws UserError that says how to write what can't be understood */
export function modelRoute({ production, shadow, path }: GivenUrls): ModelRoute {
  const productionUrl = parseUrl(production, '--production');
  const shadowUrl = parseUrl(shadow, '--shadow');
  const route = path ?? commonPath(productionUrl.pathname, shadowUrl.pathname);
  if (!route.startsWith('/'))
    throw new UserError(`--path ${route} has to begin with a slash: --path /${route}`);
  return { path: route, production: baseOf(productionUrl, route), shadow: baseOf(shadowUrl, route) };
}

function parseUrl(text: string, option: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UserError(`${option} ${text} is no address of a model: write it as http://host:port/path`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new UserError(`${option} has to be an address without user, password, query and fragment`);
  }
  return url;
}

function commonPath(production: string, shadow: string): string {
  if (production === shadow && production !== '/') return production;
  const found =
    production === shadow
      ? 'Neither address has a path'
      : `The addresses have different paths (${production} and ${shadow})`;
  throw new UserError(`${found}: say which one both models answer at, for example --path /predict`);
}

/** An address may be given with the route's path or without. */
function baseOf({ origin, pathname }: URL, path: string): string {
  const base = pathname.endsWith(path) ? pathname.slice(0, -path.length) : pathname;
  return origin + base.replace(/\/+$/, '');
}
