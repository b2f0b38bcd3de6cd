/** A button that saves a file from the server, and tells why where there is none. */
import { DownloadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import type { ReactNode } from "react";
import { saved } from "./download";
import { useProblemWords } from "./problemWords";

interface Props {
  readonly from: string;
  /** What the file is called where the server does not say. */
  readonly name: string;
  readonly size?: "small";
  /** A button of an icon alone has its words here. */
  readonly label?: string;
  readonly onSaved?: () => void;
  readonly children?: ReactNode;
}

/** Saves a file; a refusal is told in the language of the desk, and the screen stays. */
export function useFile(onSaved?: () => void) {
  const told = useProblemWords();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ from, name }: Pick<Props, "from" | "name">) => saved(from, name),
    onSuccess: onSaved,
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
}

export function FileButton({ from, name, size, label, onSaved, children }: Props) {
  const get = useFile(onSaved);
  return <Button size={size} type={label ? "text" : undefined} icon={<DownloadOutlined />} aria-label={label} title={label} loading={get.isPending} onClick={() => get.mutate({ from, name })}>{children}</Button>;
}
