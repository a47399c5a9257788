import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import type { Role, Schemas } from '../../api/types.ts';

interface PersonChange {
  readonly roles?: Role[];
  readonly groups?: string[];
  readonly email?: string | null;
  readonly disabled?: boolean;
}

/** Changes what somebody may do. */
export function useChangePerson(id: string, done: (after: Schemas['User']) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PersonChange) =>
      unwrap(api.PATCH('/users/{id}', { params: { path: { id } }, body })),
    onSuccess: (after) => {
      void client.invalidateQueries({ queryKey: ['users'] });
      // Whoever changes themselves may do something else from now on.
      void client.invalidateQueries({ queryKey: ['session'] });
      done(after);
    },
  });
}
