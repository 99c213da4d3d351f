import { bundleFormat, type EvidenceBundle } from './bundle.ts';

/** The text is no bundle that this version knows; the message says what it is. */
class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** @throws BundleError */
export function readBundle(text: string): EvidenceBundle {
  const bundle = parsed(text);
  if (typeof bundle !== 'object' || bundle === null || !('format' in bundle))
    throw new BundleError('This is no evidence bundle: it has no format.');
  if (bundle.format !== bundleFormat)
    throw new BundleError(
      `This bundle has the format ${String(bundle.format)}; this version checks ${bundleFormat}.`,
    );
  const missing = ['lane', 'verdict', 'experiment', 'configHash', 'records', 'days', 'digest'].filter(
    (field) => !(field in bundle),
  );
  if (missing.length > 0) throw new BundleError(`The bundle lacks ${missing.join(', ')}.`);
  return bundle as EvidenceBundle;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BundleError('This is no evidence bundle: it is no JSON.');
  }
}
