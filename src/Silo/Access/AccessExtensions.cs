using Microsoft.AspNetCore.Authorization;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Access;

/// <summary>Marks endpoints with what their callers must be allowed to do.</summary>
internal static class AccessExtensions
{
    /// <summary>
    /// The endpoint answers those alone who have the role; a group hands it on to all of its endpoints, and the last word counts. Where the address has an
    /// <c>{id}</c>, a key with labels reaches tasks with those labels alone; of other endpoints it reaches those that say <see cref="AppliesLabels"/>.
    /// </summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Role role)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeededRole(role));

    /// <summary>The endpoint heeds <see cref="Caller.Labels"/> itself: a list shows no tasks without them, and what is created gets them.</summary>
    public static TBuilder AppliesLabels<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(LabelsApplied.Instance);

    /// <summary>The endpoint answers whoever asks: it tells nothing of the cluster.</summary>
    public static TBuilder NeedsNothing<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeededRole(null), new AllowAnonymousAttribute());
}

/// <summary>What an endpoint asks of its callers; null for nothing.</summary>
internal sealed record NeededRole(Role? Role);

/// <summary>The endpoint heeds the labels of its caller.</summary>
internal sealed class LabelsApplied
{
    public static LabelsApplied Instance { get; } = new();
}
