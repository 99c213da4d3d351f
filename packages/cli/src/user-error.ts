/** Something that whoever gave the command can change; the message says what. It is shown without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
