/** What is paid, as a form shows and sends it: payments are counted in the firm's currency, whatever currency was owed. */
import type { MoneyShape } from "../frame/shapes";
import { firmMoney, isFirmMoney } from "../parts/Money";

/** What is proposed: all that is owed, or nothing where another currency is owed. */
export const proposed = (owed: MoneyShape): number | undefined => (isFirmMoney(owed) ? owed.minor / 100 : undefined);

/** What is sent of the figure that was filled in. */
export const paidAs = (whole: number): MoneyShape => firmMoney(Math.round(whole * 100));
