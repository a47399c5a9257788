import { type ReactNode, type SubmitEvent, useEffect, useId, useRef } from 'react';
import { Button } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly wide?: boolean;
  readonly children: ReactNode;
  /** Buttons, the main one last. */
  readonly footer?: ReactNode;
  /** Makes it a form. */
  readonly submit?: () => void;
  /** What it shows cannot be had again: a press beside it does not close it. */
  readonly stays?: boolean;
}

/** A question that stands before the page: keeps the focus, Escape closes it. */
export function Dialog({
  title,
  close,
  wide = false,
  children,
  footer,
  submit,
  stays = false,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = ref.current;
    element?.showModal();
    // The browser would begin with the button that closes it.
    element?.querySelector<HTMLElement>('.body :is(input, select, textarea)')?.focus();
    return () => element?.close();
  }, []);
  const content = (
    <>
      <header>
        <h2 id={titleId}>{title}</h2>
        <Button look="quiet" compact icon="close" iconOnly onClick={close}>
          Close
        </Button>
      </header>
      <div className="body">{children}</div>
      {footer !== undefined && <footer>{footer}</footer>}
    </>
  );
  return (
    <dialog
      ref={ref}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        if (event.target === ref.current && !stays) close();
      }}
    >
      {submit === undefined ? (
        <div className="frame">{content}</div>
      ) : (
        <form
          noValidate
          onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
            event.preventDefault();
            submit();
          }}
        >
          {content}
        </form>
      )}
    </dialog>
  );
}
