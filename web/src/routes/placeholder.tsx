import { Page } from '../ui/page.tsx';

export function Placeholder() {
  return <Page title="To come">{null}</Page>;
}
