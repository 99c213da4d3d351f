export function watchParent(onGone: () => void): () => void;
export function exitWhenParentIsGone(onGone?: () => void | Promise<void>): () => void;
