/** What customers are contacted for, and the text that they are told before a consent; both come with the program. */
import { Table } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { Shown } from "../parts/states";
import { rightsWords } from "../words/rights";
import { purposesQuery } from "./queries";

type Purpose = components["schemas"]["PurposeShape"];

export function Purposes() {
  const words = useWords(rightsWords);
  const list = useQuery(purposesQuery);
  return (
    <>
      <p className="quiet small" role="note" style={{ maxWidth: 720, marginBottom: 12 }}>{words.purposesFixed}</p>
      <Shown of={list}>
        {(purposes) => (
          <Table<Purpose>
            rowKey="key"
            size="small"
            pagination={false}
            dataSource={[...purposes]}
            columns={[
              { title: words.purpose, dataIndex: "title", width: 200 },
              { title: words.purposeText, key: "text", render: (_, one) => <>{one.text} <span className="quiet small">{words.textVersion(one.text_version)}</span></> },
            ]}
          />
        )}
      </Shown>
    </>
  );
}
