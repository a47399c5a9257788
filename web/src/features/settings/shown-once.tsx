import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Time } from '../../ui/time.tsx';

/** A secret that the server keeps only the hash of: now or never. */
export function ShownOnce({
  title,
  secret,
  expiresAt,
  close,
  children,
}: {
  title: string;
  secret: string;
  expiresAt: string;
  close: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog
      title={title}
      close={close}
      stays
      footer={
        <Button look="primary" onClick={close}>
          Done
        </Button>
      }
    >
      <div className="stack">
        <div className="note attend">
          <Icon name="info" />
          <p>
            It is shown this once. Whoever has it can use it; it ends <Time at={expiresAt} />.
          </p>
        </div>
        <Command text={secret} />
        {children}
      </div>
    </Dialog>
  );
}

/** A link to sign in once, for somebody else. */
export function SignInLink({
  name,
  link: { signInPath, expiresAt },
  close,
}: {
  name: string;
  link: { readonly signInPath: string; readonly expiresAt: string };
  close: () => void;
}) {
  return (
    <ShownOnce
      title={`A link for ${name}`}
      secret={`${window.location.origin}${signInPath}`}
      expiresAt={expiresAt}
      close={close}
    >
      <p className="soft">
        Send it where only {name} reads it. It signs in once; a new link ends this one.
      </p>
    </ShownOnce>
  );
}
