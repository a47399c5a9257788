import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Button, ButtonAnchorLink } from '../../ui/button.tsx';
import { Command } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatNumber, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { Time } from '../../ui/time.tsx';

/** Recomputes the chain on the server; the result stays in view. */
export function VerifyChain() {
  const may = useMay('audit');
  const verify = useMutation({ mutationFn: () => unwrap(api.POST('/decisions/verify')) });
  const [open, setOpen] = useState(false);
  if (!may) return null;
  const result = verify.data;
  return (
    <>
      <Button
        icon="shield"
        busy={verify.isPending}
        onClick={() => {
          setOpen(true);
          verify.mutate();
        }}
      >
        Verify
      </Button>
      {open && (
        <Dialog title="The chain of decisions" close={() => setOpen(false)}>
          <div className="stack" role="status">
            {verify.isPending && <p className="soft">Every link is recomputed…</p>}
            {verify.error !== null && <ProblemNote error={verify.error} />}
            {result !== undefined && (
              <div className={result.intact ? 'note good' : 'note act'}>
                <Icon name={result.intact ? 'shield' : 'finding'} />
                <div>
                  <strong>
                    {result.intact
                      ? 'Intact'
                      : `Broken at decision ${formatNumber(result.broken?.seq ?? 0)}`}
                  </strong>
                  {result.broken !== null && <p className="wrap-anywhere">{result.broken.what}</p>}
                  <p className="soft">
                    {plural(result.decisions, 'decision')} and{' '}
                    {plural(result.checkpoints, 'signed checkpoint')}, checked{' '}
                    <Time at={result.checkedAt} />.
                  </p>
                  {result.lastCheckpoint !== null && (
                    <p className="soft wrap-anywhere">
                      Signed up to decision {formatNumber(result.lastCheckpoint.seq)},{' '}
                      <Time at={result.lastCheckpoint.at} />, with key {result.lastCheckpoint.keyId}
                      .
                    </p>
                  )}
                </div>
              </div>
            )}
            <p className="soft">
              To verify it without trusting this server, export it and check the file elsewhere:
            </p>
            <Command text="suture audit export --output audit.jsonl" />
            <Command text="suture audit verify audit.jsonl" />
          </div>
        </Dialog>
      )}
    </>
  );
}

/** How the log is taken along: for verifying, or for a SIEM. */
export function ExportLog() {
  const may = useMay('audit');
  const [open, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button icon="download" onClick={() => setOpen(true)}>
        Export
      </Button>
      {open && (
        <Dialog title="Export the log" close={() => setOpen(false)}>
          <div className="stack">
            <h3>JSON lines, to be verified anywhere</h3>
            <div>
              <ButtonAnchorLink icon="download" href="/api/v1/decisions/export" download>
                Download JSON lines
              </ButtonAnchorLink>
            </div>
            <Command text="suture audit verify suture-audit.jsonl" />
            <h3>OCSF, for a SIEM</h3>
            <div>
              <ButtonAnchorLink
                icon="download"
                href="/api/v1/decisions/export?format=ocsf"
                download
              >
                Download OCSF
              </ButtonAnchorLink>
            </div>
            <p className="soft">
              On the server, <code>suture audit export</code> does the same, for all or a part (
              <code>--since</code>, <code>--until</code>).
            </p>
          </div>
        </Dialog>
      )}
    </>
  );
}
