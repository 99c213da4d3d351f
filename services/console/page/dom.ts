/**
 * Elements from data. Text becomes text nodes and nothing else: much of what is shown comes from users' requests.
 */
type Child = Node | string;
type Attributes = Readonly<Record<string, string | number>>;

const svgNamespace = 'http://www.w3.org/2000/svg';

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(svgNamespace, tag), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Sets a CSS variable that the style sheet places or sizes the element by. */
export function placed<E extends HTMLElement>(element: E, variables: Readonly<Record<string, number>>): E {
  for (const [name, value] of Object.entries(variables)) element.style.setProperty(name, String(value));
  return element;
}

/** What to call with each new input: it draws into `host`, only where the input differs from the one before. */
export function drawInto<T>(
  host: Element,
  draw: (input: T) => readonly (Node | string)[],
): (input: T) => void {
  let drawn = '';
  return (input) => {
    const text = JSON.stringify(input);
    if (text === drawn) return;
    drawn = text;
    host.replaceChildren(...draw(input));
  };
}
