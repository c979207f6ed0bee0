import { BadValue } from '../errors.js';
import { text, type Kind } from '../kinds.js';
import { variable } from './variable.js';

const tlsChecked: Kind<string> = {
  name: 'not `0`',
  parse: (value) => {
    if (value !== '0') return value;
    throw new BadValue('is 0, which trusts any server: unset it, and use CXONE_CA_FILE for your own CA');
  },
};

export const OTHER_VARIABLES = {
  NODE_TLS_REJECT_UNAUTHORIZED: variable(tlsChecked, {
    about: 'A worker does not start with 0, which would trust any server.',
    readBy: ['worker'],
  }),
  NO_COLOR: variable(text, {
    about: 'Any value takes colours away.',
    readBy: ['commands'],
  }),
  FORCE_COLOR: variable(text, {
    about: 'Wins over NO_COLOR: 0 or false takes colours away, anything else gives them, also to a pipe.',
    readBy: ['commands'],
  }),
};
