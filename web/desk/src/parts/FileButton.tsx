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
  readonly children: ReactNode;
}

export function FileButton({ from, name, size, children }: Props) {
  const told = useProblemWords();
  const { message } = App.useApp();
  const get = useMutation({ mutationFn: () => saved(from, name), onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`) });
  return <Button size={size} icon={<DownloadOutlined />} loading={get.isPending} onClick={() => get.mutate()}>{children}</Button>;
}
