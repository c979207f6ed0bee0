/** A fake that answers in turn; the last answer for good. */
export function inTurn<T>(...answers: readonly [T, ...T[]]): () => Promise<T> {
  let call = 0;
  return () => {
    const answer = answers[Math.min(call, answers.length - 1)] ?? answers[0];
    call += 1;
    return Promise.resolve(answer);
  };
}
