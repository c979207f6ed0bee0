import { ANYBODY_HERE, type Authenticate } from './principal.js';

const HERE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const REFUSED = 'without keys the gateway serves programs of this machine, and no web page from elsewhere';

/**
 * Lets in whoever asks from this machine. A browser of this machine does so for any page that it shows: one of another
 * site says where it comes from, or, where that site pretends to be this machine, by which name it knows us.
 */
export const keylessAuthentication: Authenticate = ({ headers: { host = '', origin } }) => {
  const isOurs = HERE.test(host) && (origin === undefined || origin === `http://${host}`);
  return Promise.resolve(isOurs ? ANYBODY_HERE : { refused: REFUSED });
};
