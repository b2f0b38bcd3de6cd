/** A refusal or failure as the server told it (problem+json), with its code and the next step. */
export interface ProblemShape {
  readonly status: number;
  readonly code: string;
  readonly title?: string;
  readonly detail?: string;
  readonly next?: string;
  readonly params?: Record<string, unknown>;
  readonly problems?: readonly { field?: string; code?: string; message?: string; detail?: string; title?: string }[];
}

export class ApiProblem extends Error {
  readonly shape: ProblemShape;

  constructor(shape: ProblemShape, cause?: unknown) {
    super(shape.detail ?? shape.title ?? shape.code, { cause });
    this.name = "ApiProblem";
    this.shape = shape;
  }

  get code(): string {
    return this.shape.code;
  }

  get status(): number {
    return this.shape.status;
  }

  /** Nothing is wrong with the request; the program had no place for it just then. */
  get isBusy(): boolean {
    return this.code === "too_busy" || this.code === "too_many_at_once";
  }

  /** What was shown before may not be shown any longer: signed out, no right to it, not there, gone for good. */
  get takesAway(): boolean {
    return [401, 403, 404, 410].includes(this.status);
  }

  /** How long to wait before asking again, as the server told it. */
  get waitMs(): number {
    const seconds = this.shape.params?.seconds;
    return typeof seconds === "number" ? seconds * 1000 : 1000;
  }
}

export async function problemOf(answer: Response): Promise<ApiProblem> {
  try {
    const told = (await answer.json()) as Partial<ProblemShape>;
    return new ApiProblem({ ...told, status: answer.status, code: told.code ?? `http_${answer.status}` });
  } catch {
    return new ApiProblem({ status: answer.status, code: `http_${answer.status}` });
  }
}

/** How the browsers say that a question found no line, or lost it in the middle of the answer. */
const NO_LINE = /^(failed to fetch|load failed|network error|networkerror when attempting to fetch resource\.?)$/i;

export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  if (thrown instanceof TypeError && NO_LINE.test(thrown.message)) return new ApiProblem({ status: 0, code: "connection_lost" }, thrown);
  // What a fault says is English and for whoever mends it: it stays with the cause, and the reader has the desk's own words.
  return new ApiProblem({ status: 0, code: "desk_fault" }, thrown);
}
