/** What the pages use of Lit, for the type check alone; the modules themselves come from WebJars. */
export declare const nothing: unique symbol;
export declare function html(strings: TemplateStringsArray, ...values: unknown[]): object;
export declare class LitElement extends HTMLElement {
  readonly updateComplete: Promise<boolean>;
  requestUpdate(name?: string, oldValue?: unknown): void;
  connectedCallback(): void;
  disconnectedCallback(): void;
  protected createRenderRoot(): HTMLElement | DocumentFragment;
  protected willUpdate(changed: Map<string, unknown>): void;
  protected updated(changed: Map<string, unknown>): void;
  protected firstUpdated(changed: Map<string, unknown>): void;
  protected render(): unknown;
}
