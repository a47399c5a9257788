import { useMay } from '../../api/session.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Command } from '../../ui/copy.tsx';

/** An installation that watches nothing yet: how it starts. */
export function FirstSteps() {
  const may = useMay('operate');
  return (
    <section className="card first-steps" aria-label="First steps">
      <div className="stack" style={{ '--gap': '0.5rem' }}>
        <h2>Nothing is watched yet</h2>
        <p className="soft">
          Register a repository: Suture scans it, proves patches for what it finds, and asks you
          where policy says so. The first findings are here within minutes.
        </p>
      </div>
      <ol className="steps">
        <li>
          <h3>Register a repository</h3>
          <p className="soft">By its path on the server or its git address.</p>
          <Command text="suture asset add https://git.example.com/shop.git" />
          {may && (
            <div className="row">
              <ButtonLink
                to="/assets"
                search={{ register: 'repository' }}
                look="primary"
                icon="plus"
              >
                Register a repository
              </ButtonLink>
              <ButtonLink to="/assets" search={{ register: 'many' }}>
                Import a list
              </ButtonLink>
              <ButtonLink to="/assets" search={{ register: 'sbom' }}>
                Upload an SBOM
              </ButtonLink>
            </div>
          )}
        </li>
        <li>
          <h3>Look at what was found</h3>
          <p className="soft">
            <em>Act</em> is the little that matters today; every finding explains its rank.
          </p>
        </li>
        <li>
          <h3>Say what may happen without you</h3>
          <p className="soft">
            Out of the box, people are asked. <a href="/policy">The policy</a> says more.
          </p>
        </li>
      </ol>
      {!may && <p className="soft">It takes the role operator to register; ask an admin for it.</p>}
    </section>
  );
}
