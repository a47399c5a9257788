import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, unwrap } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { tellError } from '../ui/toast.tsx';

/** Ends the session and forgets everything that was loaded in it. */
export function useSignOut(): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    try {
      await unwrap(api.DELETE('/session'));
      client.clear();
      client.setQueryData(sessionQuery.queryKey, null);
      await navigate({ to: '/sign-in' });
    } catch (error) {
      tellError(error);
    }
  };
  return () => void signOut();
}
