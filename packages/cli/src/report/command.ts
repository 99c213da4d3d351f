import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { ConfigError } from '@understudy/config';
import { Command, Option } from 'commander';
import { consoleFor } from '../console-address.ts';
import { UserError } from '../user-error.ts';
import { composeReport } from './compose.ts';
import type { ReportDocument } from './document.ts';
import { type ReportData, readReport } from './read-report.ts';
import { renderHtml } from './render-html.ts';
import { renderMarkdown } from './render-markdown.ts';
import { renderText } from './render-text.ts';

const formats = ['text', 'markdown', 'json', 'html'] as const;
type Format = (typeof formats)[number];

const formatOf: Readonly<Record<string, Format>> = {
  '.txt': 'text',
  '.md': 'markdown',
  '.json': 'json',
  '.html': 'html',
};

interface ReportOptions {
  readonly config: string;
  readonly format?: Format;
  readonly out?: string;
  readonly console?: string;
}

/** `understudy report LANE` */
export function reportCommand(): Command {
  return new Command('report')
    .description(
      'what a shadow was found to be: verdict, agreement over time, segments, latency, ledger, worst pairs',
    )
    .argument('<lane>', 'experiment.shadow.run')
    .addOption(new Option('--format <format>', 'by default that of the file, else text').choices(formats))
    .option('--out <file>', 'write it there: .txt, .md, .json or .html')
    .option(
      '--console <url>',
      'the console to ask; by default that of the configuration file, on this machine',
    )
    .addOption(new Option('--config <file>', 'the configuration file').default('understudy.yaml'))
    .action(async (lane: string, options: ReportOptions, command: Command) => {
      try {
        await report(lane, options);
      } catch (error) {
        if (!(error instanceof ConfigError) && !(error instanceof UserError)) throw error;
        command.error(error.message);
      }
    });
}

async function report(lane: string, options: ReportOptions): Promise<void> {
  const { out } = options;
  const format = options.format ?? (out === undefined ? 'text' : formatOf[extname(out)]);
  if (format === undefined)
    throw new UserError(
      `A file that ends in ${extname(out ?? '')} says no format: give --format ${formats.join('|')}.`,
    );
  const data = await ask(consoleFor(options), lane);
  const text = rendered(data, format);
  if (out === undefined) process.stdout.write(text);
  else {
    await writeFile(out, text);
    process.stdout.write(`${data.lane.verdict}: written to ${out}\n`);
  }
}

async function ask(url: string, lane: string): Promise<ReportData> {
  try {
    return await readReport(url, lane);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `The console at ${url} can't say it: ${told}. Does it run? --console names another one.`,
    );
  }
}

function rendered(data: ReportData, format: Format): string {
  if (format === 'json') return `${JSON.stringify(data, null, 2)}\n`;
  const render: Readonly<Record<Exclude<Format, 'json'>, (document: ReportDocument) => string>> = {
    text: renderText,
    markdown: renderMarkdown,
    html: renderHtml,
  };
  return render[format](composeReport(data));
}
