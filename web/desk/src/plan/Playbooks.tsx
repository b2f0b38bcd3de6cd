/** The working methods of whole trades, to install or bring up to date with one click. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card } from "antd";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { inLanguage, useWords } from "../frame/words";
import { useRulesFirm } from "../parts/HeadOffice";
import { useProblemWords } from "../parts/problemWords";
import { EmptyState, Shown } from "../parts/states";
import { planWords } from "../words/plan";

export function Playbooks() {
  const words = useWords(planWords);
  const { language } = usePreferences();
  const { message } = App.useApp();
  const client = useQueryClient();
  const told = useProblemWords();
  const may = useRulesFirm("plans.edit");
  const playbooks = useQuery({ queryKey: ["plan", "playbooks"], queryFn: () => call("GET /playbooks") });
  const install = useMutation({
    mutationFn: (key: string) => call("POST /playbooks/{key}/installation", { path: { key } }),
    onSuccess: () => {
      void client.invalidateQueries();
      void message.success(words.installDone);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  return (
    <Shown of={playbooks}>
      {({ items }) => items.length === 0 ? <EmptyState title={words.noPlaybooks} next={words.noPlaybooksNext} /> : (
        <div className="playbooks">
          {items.map((one) => (
            <Card
              key={one.key}
              size="small"
              title={inLanguage(language, one.title)}
              extra={may && <Button type={one.installed ? "default" : "primary"} loading={install.isPending && install.variables === one.key} onClick={() => install.mutate(one.key)}>{one.installed ? words.update : words.install}</Button>}
            >
              <p>{inLanguage(language, one.description)}</p>
              <p className="quiet small" style={{ marginTop: 8 }}>{words.plansIn(one.plans)}{one.installed ? ` · ${words.installed}` : ""}</p>
            </Card>
          ))}
        </div>
      )}
    </Shown>
  );
}
