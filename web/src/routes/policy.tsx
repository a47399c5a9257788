import { Page } from '../ui/page.tsx';

export function Policy() {
  return <Page title="Policy">{null}</Page>;
}
