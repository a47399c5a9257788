import { useId, useState } from 'react';
import { Icon } from './icon.tsx';

/** Takes a text file, chosen or dropped. */
export function FileField({
  label,
  accept,
  take,
}: {
  label: string;
  accept: string;
  take: (text: string, name: string) => void;
}) {
  const id = useId();
  const [name, setName] = useState('');
  const [over, setOver] = useState(false);
  const read = (file: File | undefined): void => {
    if (file === undefined) return;
    setName(file.name);
    void file.text().then((text) => take(text, file.name));
  };
  return (
    <div className="field">
      <label
        htmlFor={id}
        className={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          read(event.dataTransfer.files[0]);
        }}
      >
        <Icon name="upload" />
        <span className="wrap-anywhere">{name === '' ? label : name}</span>
      </label>
      <input
        id={id}
        type="file"
        accept={accept}
        className="visually-hidden"
        onChange={(event) => read(event.target.files?.[0])}
      />
    </div>
  );
}
