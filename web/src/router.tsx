import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { parseSearch, searchOf, stringifySearch, textOf } from './api/search-params.ts';
import { sessionQuery } from './api/session.ts';
import { assetSearch, assetsSearch } from './features/assets/search.ts';
import { changesSearch } from './features/changes/search.ts';
import { decisionsSearch } from './features/decisions/search.ts';
import { exceptionsSearch } from './features/findings/exception-search.ts';
import { findingsSearch } from './features/findings/search.ts';
import { overviewSearch } from './features/overview/search.ts';
import { policySearch } from './features/policy/search.ts';
import { settingsSearch } from './features/settings/search.ts';
import { PageFailed, PageMissing } from './shell/failures.tsx';
import { Shell } from './shell/shell.tsx';
import { Toasts } from './ui/toast.tsx';

interface Context {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: () => (
    <>
      <Outlet />
      <Toasts />
    </>
  ),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search) =>
    searchOf({ next: textOf(search, 'next'), token: textOf(search, 'token') }),
  component: lazyRouteComponent(() => import('./routes/sign-in.tsx'), 'SignIn'),
});

/** Everything behind the sign-in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: Shell,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import('./routes/overview.tsx'), 'Overview'),
});
const findings = createRoute({
  getParentRoute: () => shell,
  path: '/findings',
  validateSearch: findingsSearch,
  component: lazyRouteComponent(() => import('./routes/findings.tsx'), 'Findings'),
});
const finding = createRoute({
  getParentRoute: () => shell,
  path: '/findings/$findingId',
  component: lazyRouteComponent(() => import('./routes/finding.tsx'), 'FindingPage'),
});
const change = createRoute({
  getParentRoute: () => shell,
  path: '/changes/$changeId',
  component: lazyRouteComponent(() => import('./routes/change.tsx'), 'ChangePage'),
});
const asset = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$assetId',
  validateSearch: assetSearch,
  component: lazyRouteComponent(() => import('./routes/asset.tsx'), 'AssetPage'),
});
const decision = createRoute({
  getParentRoute: () => shell,
  path: '/decisions/$seq',
  component: lazyRouteComponent(() => import('./routes/decision.tsx'), 'DecisionPage'),
});
const changes = createRoute({
  getParentRoute: () => shell,
  path: '/changes',
  validateSearch: changesSearch,
  component: lazyRouteComponent(() => import('./routes/changes.tsx'), 'Changes'),
});
const assets = createRoute({
  getParentRoute: () => shell,
  path: '/assets',
  validateSearch: assetsSearch,
  component: lazyRouteComponent(() => import('./routes/assets.tsx'), 'Assets'),
});
const policy = createRoute({
  getParentRoute: () => shell,
  path: '/policy',
  validateSearch: policySearch,
  component: lazyRouteComponent(() => import('./routes/policy.tsx'), 'Policy'),
});
const decisions = createRoute({
  getParentRoute: () => shell,
  path: '/decisions',
  validateSearch: decisionsSearch,
  component: lazyRouteComponent(() => import('./routes/decisions.tsx'), 'Decisions'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: settingsSearch,
  component: lazyRouteComponent(() => import('./routes/settings.tsx'), 'Settings'),
});

const exceptions = createRoute({
  getParentRoute: () => shell,
  path: '/exceptions',
  validateSearch: exceptionsSearch,
  component: lazyRouteComponent(() => import('./routes/exceptions.tsx'), 'ExceptionsPage'),
});
const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$runId',
  component: lazyRouteComponent(() => import('./routes/run.tsx'), 'RunPage'),
});

/** An address that leads nowhere, inside the page's frame. */
const missing = createRoute({
  getParentRoute: () => shell,
  path: '$',
  component: PageMissing,
});

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([
    overview,
    findings,
    finding,
    changes,
    change,
    assets,
    asset,
    policy,
    decisions,
    decision,
    settings,
    exceptions,
    run,
    missing,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    // The query cache decides what is fresh.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: PageMissing,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
