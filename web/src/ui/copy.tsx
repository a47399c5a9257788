import { useEffect, useState } from 'react';
import { Button } from './button.tsx';

/** Copies a text. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      compact
      icon={copied ? 'check' : 'copy'}
      onClick={() => {
        void copyText(text).then(() => setCopied(true));
      }}
    >
      {copied ? 'Copied' : label}
    </Button>
  );
}

/** The clipboard of today is only there over TLS or on this machine; the old way is everywhere. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** A command to run, to be copied. */
export function Command({ text }: { text: string }) {
  return (
    <div className="row" style={{ '--gap': '0.5rem' }}>
      <code className="code wrapped" style={{ flex: '1 1 12rem' }}>
        {text}
      </code>
      <CopyButton text={text} />
    </div>
  );
}
