/** The work orders behind one line of a statement, a page at a time. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Drawer, Table } from "antd";
import { call } from "../frame/api";
import type { StatementEntry, StatementRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { Day } from "../parts/Day";
import { Shown } from "../parts/states";
import { partsWords } from "../words/parts";
import { reportWords } from "../words/report";
import { workWords } from "../words/work";

interface Props {
  readonly row: StatementRow;
  readonly query: Record<string, string | undefined>;
  readonly onClose: () => void;
}

export function StatementRows({ row, query, onClose }: Props) {
  const words = useWords(reportWords);
  const common = useWords(partsWords);
  const work = useWords(workWords);
  const rows = useInfiniteQuery({
    queryKey: ["report", "rows", query, row.key],
    queryFn: ({ pageParam }) => call("GET /statements/rows", { query: { ...query, key: row.key, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  return (
    <Drawer open size="large" title={words.rowsOf(row.title)} onClose={onClose}>
      <Shown of={rows}>
        {({ pages }) => (
          <>
            <Table<StatementEntry>
              rowKey="id"
              size="small"
              pagination={false}
              dataSource={pages.flatMap((page) => page.items)}
              columns={[
                // Whoever may not read customers is not told their names.
                { title: words.customer, key: "customer", render: (_, touch) => (touch.customer.name ? <Link to={`/customers/${touch.customer.id}` as never}>{touch.customer.name}</Link> : common.dash) },
                { title: words.work, dataIndex: "title" },
                { title: words.owner, key: "owner", render: (_, touch) => touch.owner?.name ?? common.dash },
                { title: words.due, key: "due", render: (_, touch) => <Day day={touch.due_day} weekday="plain" /> },
                { title: words.state, key: "state", render: (_, touch) => wordFor(work.states, touch.state) },
              ]}
            />
            {rows.hasNextPage && <div className="table-foot"><Button onClick={() => void rows.fetchNextPage()} loading={rows.isFetchingNextPage}>{common.more}</Button></div>}
          </>
        )}
      </Shown>
    </Drawer>
  );
}
