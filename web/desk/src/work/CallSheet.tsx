/** The call without a phone line: the number in full, noted in the ledger with what it is for, to dial by hand. */
import { PhoneOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useQuery } from "@tanstack/react-query";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { ErrorState, Shown } from "../parts/states";
import { customerQuery } from "../customer/queries";
import { workWords } from "../words/work";
import { callHours, hourIn } from "./order";

interface Props {
  readonly customer: { readonly id: string; readonly name: string };
  /** What the number is opened for, as the ledger keeps it. */
  readonly reason: string;
  /** What follows when the call is over, on the button that leads there. */
  readonly done: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function CallSheet({ customer: { id, name }, reason, done, onClose, onDone }: Props) {
  const words = useWords(workWords).touch;
  const page = useQuery(customerQuery(id));
  return (
    <Modal open footer={null} width={420} title={words.callTitle(name)} onCancel={onClose}>
      <Shown of={page} lines={3}>
        {(customer) => {
          const point = [...customer.contact_points].sort((a, b) => a.rank - b.rank).find((one) => one.kind === "phone" || one.kind === "mobile");
          if (customer.consents.some((one) => one.channel === "phone" && one.state === "refused")) return <p className="risk">{words.callRefused}</p>;
          return point ? <Number customer={customer.id} point={point.id} masked={point.masked} reason={reason} done={done} onDone={onDone} /> : <p className="due">{words.callNoNumber}</p>;
        }}
      </Shown>
    </Modal>
  );
}

function Number({ customer, point, masked, reason, done, onDone }: Pick<Props, "reason" | "done" | "onDone"> & { customer: string; point: string; masked: string }) {
  const words = useWords(workWords).touch;
  const day = useWords(workWords).myDay;
  const { time_zone } = useMe();
  const closed = callHours(hourIn(time_zone, new Date())) === "closed";
  const opened = useQuery({
    queryKey: ["unmasked", reason, point],
    queryFn: () => call("POST /customers/{id}/unmasking", { path: { id: customer }, body: { contact_point_id: point, reason } }),
    enabled: false, gcTime: 0, retry: false,
  });
  if (opened.error) return <ErrorState thrown={opened.error} onRetry={() => void opened.refetch()} />;
  return (
    <div className="call-sheet">
      {closed && <p className="due">{day.callsClosed("9:00")}</p>}
      <p className="call-number">{opened.data ? opened.data.value : masked}</p>
      {opened.data ? (
        <div className="row wrap">
          <Button type="primary" size="large" icon={<PhoneOutlined />} href={`tel:${opened.data.value.replace(/[^\d+]/g, "")}`}>{words.callDial}</Button>
          <Button size="large" autoFocus onClick={onDone}>{done}</Button>
        </div>
      ) : (
        <Button type="primary" size="large" autoFocus loading={opened.isFetching} onClick={() => void opened.refetch()}>{words.callShow}</Button>
      )}
      <p className="quiet small">{words.callLedger}</p>
    </div>
  );
}
