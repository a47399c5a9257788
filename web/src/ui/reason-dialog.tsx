import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextArea } from './field.tsx';
import { ProblemNote } from './problem.tsx';

interface ReasonDialogProps {
  readonly title: string;
  readonly explain: ReactNode;
  /** Characters that a reason has at least; 0: it may be left out. */
  readonly least: number;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly close: () => void;
  readonly submit: (reason: string) => void;
  readonly children?: ReactNode;
}

/** Asks why, before something is done that is written down. */
export function ReasonDialog({
  title,
  explain,
  least,
  danger = false,
  busy,
  error,
  close,
  submit,
  children,
}: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const short = reason.trim().length < least;
  const wrong = least === 1 ? 'Say why.' : `Say it in at least ${least} characters.`;
  return (
    <Dialog
      title={title}
      close={close}
      submit={() => {
        setTried(true);
        if (!short) submit(reason.trim());
      }}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look={danger ? 'danger' : 'primary'} busy={busy}>
            {title}
          </Button>
        </>
      }
    >
      <div className="stack">
        <div className="soft">{explain}</div>
        {error !== null && <ProblemNote error={error} />}
        {children}
        <TextArea
          label={least === 0 ? 'Reason (not needed)' : 'Reason'}
          value={reason}
          maxLength={1000}
          autoFocus
          required={least > 0}
          onChange={(event) => setReason(event.target.value)}
          wrong={tried && short ? wrong : ''}
        />
      </div>
    </Dialog>
  );
}
