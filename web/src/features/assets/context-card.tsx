import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Card } from '../../ui/page.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { tell, tellError } from '../../ui/toast.tsx';
import {
  CONTEXT_LABELS,
  CONTEXT_OPTIONS,
  type ContextField,
  contextValue,
  contextWords,
} from './context-fields.tsx';
import { assetQuery } from './queries.ts';

type Statement = Schemas['ContextStatement'];

const SOURCES: Readonly<Record<Statement['source'], string>> = {
  person: 'a person',
  file: 'suture.yaml',
  inferred: 'inferred',
  default: 'assumed',
};

function useCorrection(assetId: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      field,
      value,
      because,
    }: {
      field: ContextField;
      value: string | number | null;
      because: string;
    }) =>
      unwrap(
        api.PUT('/assets/{id}/context/{field}', {
          params: { path: { id: assetId, field } },
          body: { value, because },
        }),
      ),
    onSuccess: (asset) => {
      client.setQueryData(assetQuery(assetId).queryKey, asset);
      void client.invalidateQueries({ queryKey: ['findings'] });
      done();
    },
  });
}

function Correct({
  assetId,
  field,
  now,
  close,
}: {
  assetId: string;
  field: ContextField;
  now: string;
  close: () => void;
}) {
  const [value, setValue] = useState(now);
  const correct = useCorrection(assetId, () => {
    tell('Corrected. Its findings are ranked anew.');
    close();
  });
  return (
    <ReasonDialog
      title={`Correct: ${CONTEXT_LABELS[field].toLowerCase()}`}
      explain="What a person says wins over files and over what is inferred, until it is withdrawn."
      least={0}
      busy={correct.isPending}
      error={correct.error}
      close={close}
      submit={(because) => correct.mutate({ field, value: contextValue(field, value), because })}
    >
      <Select
        label={CONTEXT_LABELS[field]}
        value={value}
        options={CONTEXT_OPTIONS[field]}
        onChange={(event) => setValue(event.target.value)}
      />
    </ReasonDialog>
  );
}

function Field({
  asset,
  field,
  correct,
}: {
  asset: Schemas['Asset'];
  field: ContextField;
  correct: () => void;
}) {
  const may = useMay('operate');
  const withdraw = useCorrection(asset.id, () => tell('Withdrawn.'));
  const statements = asset.context.filter((statement) => statement.field === field);
  const deciding = statements.find(({ decides }) => decides) ?? statements[0];
  const others = statements.filter((statement) => statement !== deciding);
  return (
    <li className="context-field">
      <span className="soft">{CONTEXT_LABELS[field]}</span>
      <div>
        <strong>{contextWords(field, deciding?.value ?? asset[field])}</strong>
        {deciding === undefined && (
          <p className="soft small">Assumed; its first scan may know more.</p>
        )}
        {deciding !== undefined && (
          <p className="soft small wrap-anywhere">
            <Tag tone={deciding.source === 'person' ? 'accent' : 'track'}>
              {SOURCES[deciding.source]}
            </Tag>{' '}
            {deciding.because} · <Time at={deciding.observedAt} />
          </p>
        )}
        {others.map(({ source, value, because, observedAt }) => (
          <p key={source} className="faint small wrap-anywhere">
            {SOURCES[source]} would say {contextWords(field, value).toLowerCase()}: {because},{' '}
            <Time at={observedAt} />
          </p>
        ))}
      </div>
      {may && (
        <div className="row" style={{ '--gap': '0.25rem' }}>
          {deciding?.source === 'person' && (
            <Button
              look="quiet"
              compact
              busy={withdraw.isPending}
              onClick={() =>
                withdraw.mutate({ field, value: null, because: '' }, { onError: tellError })
              }
            >
              Withdraw
            </Button>
          )}
          <Button look="quiet" compact onClick={correct}>
            Correct…
          </Button>
        </div>
      )}
    </li>
  );
}

/** What the asset is, who says so and since when; a person may say otherwise. */
export function ContextCard({ asset }: { asset: Schemas['Asset'] }) {
  const [correcting, setCorrecting] = useState<ContextField>();
  const fields = Object.keys(CONTEXT_LABELS) as ContextField[];
  return (
    <Card title="Context" aside="what risk is reckoned with">
      <ul className="context-fields">
        {fields.map((field) => (
          <Field key={field} asset={asset} field={field} correct={() => setCorrecting(field)} />
        ))}
      </ul>
      {correcting !== undefined && (
        <Correct
          assetId={asset.id}
          field={correcting}
          now={String(asset[correcting])}
          close={() => setCorrecting(undefined)}
        />
      )}
    </Card>
  );
}
