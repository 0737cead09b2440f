namespace VideoGen.Silo.Api;

/// <summary>
/// A kind of error that the API answers with (RFC 9457). Its <c>type</c> is the address of a page of this host that explains it, and never changes; programs
/// tell errors apart by it.
/// </summary>
/// <param name="Name">The last part of the address.</param>
/// <param name="Status">The HTTP status that it comes with.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Meaning">What happened.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ProblemType(string Name, int Status, string Title, string Meaning, string Remedy)
{
    public const string Path = "/problems";

    public static readonly ProblemType InvalidRequest = new(
        "invalid-request", 400, "Invalid request", "A parameter, a header or the body is not what this address takes; the detail names it.",
        "Correct what the detail names. /openapi/v1.json describes every address.");

    public static readonly ProblemType Unauthorized = new(
        "unauthorized", 401, "Key required", "The request carries no key that this cluster knows.", "Send a key: Authorization: Bearer KEY.");

    public static readonly ProblemType Forbidden = new(
        "forbidden", 403, "Not allowed", "The key is known, and may not do this; or the request came from a page of another site.",
        "Use a key of the role that the detail names.");

    public static readonly ProblemType NotFound = new(
        "not-found", 404, "Not found", "There is nothing at this address: no such task, stage, artifact, queue or page.", "Check the names in the address.");

    public static readonly ProblemType MethodNotAllowed = new(
        "method-not-allowed", 405, "Method not allowed", "The address is there, and does not take this method.",
        "The header Allow lists the methods that it takes.");

    public static readonly ProblemType NotAcceptable = new(
        "not-acceptable", 406, "Not acceptable", "The answer exists in no form that the header Accept allows.", "Send Accept: */*, or leave it out.");

    public static readonly ProblemType Slow = new(
        "request-timeout", 408, "Request timed out", "The body came too slowly.", "Send it again; an upload goes on where it was.");

    public static readonly ProblemType Conflict = new(
        "conflict", 409, "Conflict", "The task does not allow this in its present state.", "Read the task; the detail says what it would take.");

    public static readonly ProblemType IdTaken = new(
        "id-taken", 409, "Id is taken", "A task of that id exists, with other content.", "Choose another id, or delete that task.");

    public static readonly ProblemType OperationExpired = new(
        "operation-expired", 409, "Operation is too old",
        "The Idempotency-Key was made so long ago that the task may have forgotten it: whether it was done is not known.", "Read the task, and decide.");

    public static readonly ProblemType LeaseLost = new(
        "lease-lost", 410, "Lease lost", "The stage is not this worker's any more: its lease ran out, its task ended, or another worker has it.",
        "Stop the work, keep nothing of it, and take new work.");

    public static readonly ProblemType Changed = new(
        "changed-meanwhile", 412, "Changed meanwhile", "What the request names by its ETag, or by a count, is another one by now.",
        "Read it again and decide anew.");

    public static readonly ProblemType TooLarge = new(
        "too-large", 413, "Too large", "The body, or a part of it, is larger than this address takes; the detail has the bound.", "Send less.");

    public static readonly ProblemType UnsupportedMediaType = new(
        "unsupported-media-type", 415, "Unsupported media type", "The address does not take bodies of this Content-Type.", "The detail lists what it takes.");

    public static readonly ProblemType Range = new(
        "range-not-satisfiable", 416, "Range not satisfiable", "The file, or the upload, has no such part.", "The answer says how long it is.");

    public static readonly ProblemType Unprocessable = new(
        "unprocessable", 422, "Unprocessable content", "The request is well formed, and its content is no good: a document, a pipeline, a choice, a bound.",
        "Correct what the detail names.");

    public static readonly ProblemType KeyReused = new(
        "idempotency-key-reused", 422, "Idempotency-Key was used before", "The same Idempotency-Key came before with other content.",
        "Make a new key for a new act.");

    public static readonly ProblemType DigestMismatch = new(
        "digest-mismatch", 422, "Digest does not match", "The bytes that arrived are not those that Repr-Digest, or the artifact's SHA-256, speaks of.",
        "Send them again from the beginning.");

    public static readonly ProblemType PreconditionRequired = new(
        "precondition-required", 428, "Precondition required", "This act needs to know what the caller has seen: an ETag in If-Match, or a count.",
        "Read first, and send what the detail names.");

    public static readonly ProblemType TooManyRequests = new(
        "too-many-requests", 429, "Too many requests", "This caller asks for more than its share.", "Wait for as long as Retry-After says.");

    public static readonly ProblemType HeadersTooLarge = new(
        "headers-too-large", 431, "Headers too large", "The headers are larger than the server takes.", "Send fewer or shorter ones.");

    public static readonly ProblemType Internal = new(
        "internal", 500, "Internal error", "The server failed at this request, and not for anything that was wrong with it.",
        "Try again; report it if it stays.");

    public static readonly ProblemType Damaged = new(
        "damaged", 500, "Damaged data", "What is stored cannot be read: a record or a file is not what was written.",
        "Retry the stage that made the file; restore the record from a backup.");

    public static readonly ProblemType NotSupported = new(
        "not-supported", 501, "Not supported", "The storage, or the host, of this cluster cannot do this.", "The detail says what can.");

    public static readonly ProblemType Unavailable = new(
        "unavailable", 503, "Unavailable now", "Storage or a silo does not answer now. Whether the act was done is not known.",
        "Send the same request again after Retry-After, with the same Idempotency-Key.");

    public static readonly ProblemType QueueFull = new(
        "queue-full", 503, "Queue is full", "So many stages wait in a queue of the task that it takes no new ones.",
        "Send the same request again after Retry-After.");

    public static IReadOnlyList<ProblemType> All { get; } =
    [
        InvalidRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, Slow, Conflict, IdTaken, OperationExpired, LeaseLost, Changed,
        TooLarge, UnsupportedMediaType, Range, Unprocessable, KeyReused, DigestMismatch, PreconditionRequired, TooManyRequests, HeadersTooLarge, Internal,
        Damaged, NotSupported, Unavailable, QueueFull,
    ];

    public string Address => $"{Path}/{Name}";

    /// <summary>The first kind of that status; null for a status that no error of ours has.</summary>
    public static ProblemType? Of(int? status) => All.FirstOrDefault(type => type.Status == status);
}
