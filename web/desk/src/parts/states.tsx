/** The states of every screen: loading, empty, error with code and next step, no right. */
import { ExclamationCircleOutlined, InboxOutlined, LockOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { asProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { useProblemWords } from "./problemWords";
import "./parts.css";

/** Grey lines in the shape of what comes, shown only when it takes longer than 150 ms. */
export function Bones({ lines = 8 }: { lines?: number }) {
  const words = useWords(partsWords);
  return (
    <div className="bones" role="status" aria-label={words.loading}>
      {Array.from({ length: lines }, (_, i) => <i key={i} style={{ width: `${92 - ((i * 17) % 40)}%` }} />)}
    </div>
  );
}

export function EmptyState({ title, next, act }: { title: string; next?: ReactNode; act?: ReactNode }) {
  return (
    <div className="state">
      <InboxOutlined />
      <h2>{title}</h2>
      {next && <p>{next}</p>}
      {act}
    </div>
  );
}

export function ErrorState({ thrown, onRetry }: { thrown: unknown; onRetry?: () => void }) {
  const words = useWords(partsWords);
  const told = useProblemWords()(thrown);
  return (
    <div className="state" role="alert">
      {asProblem(thrown).status === 403 ? <LockOutlined /> : <ExclamationCircleOutlined className="risk" />}
      <h2>{told.title}</h2>
      <p>{told.next}</p>
      <p className="small mono">{words.code(told.code)}</p>
      {onRetry && <Button onClick={onRetry}>{words.retry}</Button>}
    </div>
  );
}

/** That a part beside others did not come: one line, another try, and a way to be rid of it where the part has one. */
export function ErrorLine({ thrown, act, onRetry, onClose }: { thrown: unknown; act?: string; onRetry: () => void; onClose?: () => void }) {
  const { retry, close } = useWords(partsWords);
  const told = useProblemWords()(thrown);
  return <p className="risk small" role="alert">{told.title} <Button size="small" type="link" onClick={onRetry}>{act ?? retry}</Button>{onClose && <Button size="small" type="link" onClick={() => onClose()}>{close}</Button>}</p>;
}

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** Draws an answer or the state it is in. What was once shown stays while the line is lost, and goes when it may not be seen any longer. */
export function Shown<T>({ of, lines, children }: { of: Asked<T>; lines?: number; children: (data: T) => ReactNode }) {
  const taken = Boolean(of.error) && asProblem(of.error).takesAway;
  if (of.data !== undefined && !taken) return <>{children(of.data)}</>;
  if (of.error) return <ErrorState thrown={of.error} onRetry={() => void of.refetch()} />;
  return <Bones lines={lines} />;
}
