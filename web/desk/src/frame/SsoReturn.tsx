/** Back from the firm's sign-in: the answer in the address is handed to the server once, and the desk opens or says why not. */
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Spin } from "antd";
import { useEffect, useRef } from "react";
import { ssoWords } from "../words/sso";
import { call } from "./api";
import { Refusal, useArrival } from "./SignIn";
import { takeAway } from "./sso";
import { useWords } from "./words";
import "./frame.css";

export function SsoReturn() {
  const words = useWords(ssoWords);
  const { state, code, error, iss } = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const kept = useRef(takeAway());
  const arrive = useArrival(kept.current);
  const begun = useRef(false);
  const finish = useMutation({ mutationFn: () => call("POST /session/sso/return", { body: { state: state ?? "", code, error, iss } }), onSuccess: arrive });
  useEffect(() => {
    // An answer counts once; a second look at this page must not spend it again.
    if (begun.current) return;
    begun.current = true;
    finish.mutate();
  }, [finish]);
  return (
    <div className="sign-in">
      <main className="sign-in-card">
        <img src="/icon.svg" width={40} height={40} alt="Tend" />
        <h1>Tend</h1>
        {finish.error ? (
          <>
            <Refusal thrown={finish.error} />
            <Button type="primary" block onClick={() => void navigate({ to: "/sign-in", search: {} })}>{words.again}</Button>
          </>
        ) : <p role="status"><Spin size="small" /> <span className="quiet">{words.waiting}</span></p>}
      </main>
    </div>
  );
}
