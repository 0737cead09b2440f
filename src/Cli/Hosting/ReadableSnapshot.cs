using System.Diagnostics.CodeAnalysis;
using VideoGen.Silo.Api;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Cli.Hosting;

/// <summary>A state as it is shown: whoever reads it, over Orleans as over HTTP, gets no token of a lease and no incarnation of a worker.</summary>
internal static class ReadableSnapshot
{
    [return: NotNullIfNotNull(nameof(snapshot))]
    public static TaskSnapshot? Of(TaskSnapshot? snapshot) =>
        snapshot is null ? null : snapshot with { Json = LeaseSecrets.Hide(snapshot.Json).ToArray() };
}
