/** An identity provider that others wrote (oidc-provider), on this machine: the independent check of our side of OpenID Connect. */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const KINDS = { RS256: ["rsa", { modulusLength: 2048 }], ES256: ["ec", { namedCurve: "P-256" }] };
const key = (alg) => ({ ...generateKeyPairSync(...KINDS[alg]).privateKey.export({ format: "jwk" }), alg, use: "sig", kid: alg });

export const CLIENT = { id: "tend-desk", secret: "a secret of the walk, long enough for anybody" };

/** Listens; `serve` makes it a provider for the desk at `origin`, whose tokens are signed in one of two ways. */
export async function startIdentity() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const host = `127.0.0.1:${server.address().port}`;
  const issuer = `http://${host}`;
  return {
    host,
    issuer,
    serve(origin, alg) {
      const provider = new Provider(issuer, {
        clients: [{
          client_id: CLIENT.id, client_secret: CLIENT.secret, response_types: ["code"], grant_types: ["authorization_code"],
          redirect_uris: [`${origin}/sign-in/sso`], post_logout_redirect_uris: [`${origin}/sign-in`], id_token_signed_response_alg: alg,
        }],
        jwks: { keys: Object.keys(KINDS).map(key) },
        cookies: { keys: ["a key of the walk"] },
        pkce: { required: () => true },
        claims: { openid: ["sub"], profile: ["preferred_username", "name"], email: ["email", "email_verified"] },
        findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: `u-${id}`, preferred_username: id, name: id }) }),
      });
      server.removeAllListeners("request");
      server.on("request", provider.callback());
    },
    stop: () => new Promise((gone) => { server.closeAllConnections(); server.close(gone); }),
  };
}

/** What a person does at its pages: who they are, then yes. */
export async function passAt(page, login) {
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("whatever");
  await page.locator("button[type=submit]").click();
  await page.locator("form input[value=consent]").waitFor({ state: "attached" });
  await page.locator("button[type=submit]").click();
}
