/** Passkeys in the browser: made and used by the platform's own dialog; bytes travel as base64url. */
import type { components } from "../generated/api";
import { call } from "./api";
import { ApiProblem } from "./problem";

export type Assertion = components["schemas"]["Assertion"];
type Offer = components["schemas"]["PasskeyOffer"];

/** Whether this browser knows passkeys at all; on plain http away from this machine it does not. */
export const knowsPasskeys = (): boolean => typeof PublicKeyCredential !== "undefined" && Boolean(navigator.credentials);

const bytesOf = (text: string) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const textOf = (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** Asks for any passkey of this desk: to come in, as a second factor, or as a proof. */
export async function showPasskey(): Promise<Assertion> {
  const asked = await call("POST /session/passkey-question");
  const shown = await patiently(() =>
    navigator.credentials.get({ publicKey: { challenge: bytesOf(asked.challenge), rpId: asked.rp_id, timeout: asked.timeout_ms, userVerification: "required" } }),
  );
  const answer = shown.response as AuthenticatorAssertionResponse;
  return {
    id: textOf(shown.rawId),
    client_data: textOf(answer.clientDataJSON),
    authenticator_data: textOf(answer.authenticatorData),
    signature: textOf(answer.signature),
    user_handle: answer.userHandle ? textOf(answer.userHandle) : null,
  };
}

/** Makes a passkey that the device keeps together with the name of its person, so that no name need be typed. */
export async function makePasskey(offer: Offer): Promise<{ client_data: string; attestation: string }> {
  const made = await patiently(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytesOf(offer.challenge),
        rp: { id: offer.rp_id, name: offer.rp_name },
        user: { id: bytesOf(offer.user_id), name: offer.user_name, displayName: offer.user_display_name },
        pubKeyCredParams: offer.algorithms.map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: offer.known.map((id) => ({ type: "public-key", id: bytesOf(id) })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
        timeout: offer.timeout_ms,
      },
    }),
  );
  const answer = made.response as AuthenticatorAttestationResponse;
  return { client_data: textOf(answer.clientDataJSON), attestation: textOf(answer.attestationObject) };
}

/** What the browser throws says little on purpose; a person who closed the dialog must not read of an error. */
async function patiently(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const found = await ask();
    if (found) return found as PublicKeyCredential;
  } catch (thrown) {
    const known = thrown instanceof DOMException && thrown.name === "InvalidStateError";
    throw new ApiProblem({ status: 0, code: known ? "passkey_known" : "passkey_cancelled" }, thrown);
  }
  throw new ApiProblem({ status: 0, code: "passkey_cancelled" });
}
