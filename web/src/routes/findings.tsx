import { Page } from '../ui/page.tsx';

export function Findings() {
  return <Page title="Findings">{null}</Page>;
}
