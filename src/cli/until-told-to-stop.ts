/** Until Ctrl-C or SIGTERM; a second one ends the process at once. */
export async function untilToldToStop(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  let told = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (told) process.exit(signal === 'SIGINT' ? 130 : 143);
      told = true;
      resolve();
    });
  }
  await promise;
}
