import { Page } from '../ui/page.tsx';

export function Assets() {
  return <Page title="Assets">{null}</Page>;
}
