/** The system could not take the bytes of a file: the disk is full, or the folder has gone. Exit code 1. */
export class ExportFailed extends Error {
  override readonly name = 'ExportFailed';
}
