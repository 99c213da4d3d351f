/** Bodies must be the same in every byte. */
export interface BytesOptions {
  readonly kind: 'bytes';
}

export interface BytesPlan {
  readonly kind: 'bytes';
}
