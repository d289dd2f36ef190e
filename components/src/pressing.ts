/** What is said at a field moves what stands below it. While something is being pressed it waits, or the press would miss its button. */

let pressing = false;

export function watchPressing(): void {
  document.addEventListener(
    "pointerdown",
    () => {
      pressing = true;
    },
    true,
  );
  for (const end of ["pointerup", "pointercancel"])
    document.addEventListener(
      end,
      () => {
        pressing = false;
      },
      true,
    );
}

/** Now, or as soon as nothing is pressed any more. */
export function whenReleased(then: () => void): void {
  if (!pressing) then();
  else document.addEventListener("pointerup", () => setTimeout(then), { once: true });
}
