import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.ts';
import { makeRouter } from './router.tsx';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import './ui/index.css';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import './shell/shell.css';

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no #root.');

const queries = createQueryClient();
const router = makeRouter(queries);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
