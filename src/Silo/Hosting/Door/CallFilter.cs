using System.Collections.Frozen;
using Orleans.Runtime;
using VideoGen.Client.Access;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Hosting.Door;

/// <summary>Looks at each call that a client makes: in which role it comes, and whether that allows it. Calls between grains pass.</summary>
internal sealed class CallFilter : IIncomingGrainCallFilter
{
    private readonly FrozenDictionary<Guid, Role> _roles;
    private readonly FrozenSet<Guid> _inside;

    public CallFilter(ClusterSecret secret)
    {
        _inside = secret.DeriveAll("silo").Select(RoleStamp.Of).ToFrozenSet();
        _roles = Enum.GetValues<Role>()
            .SelectMany(role => secret.KeysOf(role), (role, key) => KeyValuePair.Create(RoleStamp.Of(key), role))
            .ToFrozenDictionary();
    }

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is { } source && source.IsClient())
        {
            Check(context);
        }

        return context.Invoke();
    }

    private void Check(IIncomingGrainCallContext context)
    {
        var stamp = RequestContext.Get(RoleStamp.Key) as Guid? ?? default;

        // What the grain calls in turn, it calls in its own name.
        RequestContext.Remove(RoleStamp.Key);
        if (_inside.Contains(stamp))
        {
            return;
        }

        var command = context.Request.GetArgumentCount() > 1 ? context.Request.GetArgument(1) as TaskCommand : null;
        var needed = CallRules.RoleOf(context.InterfaceType.ToString(), context.MethodName, command);
        if (!_roles.TryGetValue(stamp, out var role))
        {
            throw new AccessDeniedException(
                $"{context.MethodName} was not done: the caller does not say in which role it comes, or knows no secret of this cluster.");
        }

        if (!role.Allows(needed))
        {
            throw new AccessDeniedException(
                $"{command?.GetType().Name ?? context.MethodName} was not done: it needs the role {needed.ToWireName()}, "
                + $"and the caller has the role {role.ToWireName()}.");
        }
    }
}
