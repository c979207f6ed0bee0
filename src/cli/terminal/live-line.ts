import ora from 'ora';
import type { Colours } from '../../config/config.js';
import { columnsOf, takesColours } from './terminal.js';
import { truncate } from '../../text/text-width.js';

/** One line on a terminal that is written over again and again. */
export interface LiveLine {
  readonly show: (text: string) => void;
  /** Takes the line away and gives the cursor back. */
  stop(): void;
}

const SPINNER_COLUMNS = 3;
const USUAL_COLUMNS = 80;

/** @param stream a terminal: where nobody watches, nothing should be shown */
export function startLiveLine(stream: NodeJS.WriteStream, colours: Colours): LiveLine {
  const spinner = ora({
    stream,
    // Else it would put the terminal into raw mode and take Ctrl-C for itself.
    discardStdin: false,
    color: takesColours(stream, colours) ? 'cyan' : false,
  }).start();
  return {
    show: (text) => {
      spinner.text = truncate(text, (columnsOf(stream) ?? USUAL_COLUMNS) - SPINNER_COLUMNS);
    },
    stop: () => {
      spinner.stop();
    },
  };
}
