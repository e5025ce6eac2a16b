// Sends files to the media library. XMLHttpRequest: fetch does not tell how far it is.

/** What became of them: `{ files, errors }`; `progress` is told how much has arrived, from 0 to 1. */
export function upload(files, progress) {
  const body = new FormData();
  for (const file of files) body.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/admin/media/upload");
    request.setRequestHeader("accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => total && progress(loaded / total));
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (response?.files) resolve({ errors: [], ...response });
      else if (status === 401) reject(new Error("you are signed out. Sign in in another tab and try again."));
      else if (status === 413) reject(new Error("it is too large."));
      else reject(new Error(response?.detail ?? "the server does not take it just now."));
    });
    for (const kind of ["error", "abort", "timeout"]) request.addEventListener(kind, () => reject(new Error("the server is away.")));
    request.send(body);
  });
}
