namespace VideoGen.Silo.Api.Events;

/// <summary>What a reader of a view does not know yet.</summary>
/// <param name="Position">Where the reader is when it has read it.</param>
/// <param name="Snapshot">What it begins anew with; null where it goes on.</param>
/// <param name="Events">What comes after, each a whole event.</param>
/// <param name="Failure">Why the view cannot be read now; null while it is.</param>
/// <param name="Changed">Ends when there is more.</param>
internal sealed record ViewNews(long Position, ViewSnapshot? Snapshot, IReadOnlyList<ReadOnlyMemory<byte>> Events, Exception? Failure, Task Changed);

/// <summary>All of a view.</summary>
/// <param name="Reason">Why the reader gets it: <c>first</c>, or <c>unknown_id</c> where its last id leads to nothing that this silo remembers, or
/// <c>behind</c> where it read so slowly that what it had not read was forgotten.</param>
/// <param name="Mark">The id of the event.</param>
/// <param name="Tasks">Each as JSON, the newest first.</param>
internal sealed record ViewSnapshot(string Reason, ViewMark Mark, IReadOnlyList<ReadOnlyMemory<byte>> Tasks);
