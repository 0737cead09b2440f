using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Access;

/// <summary>
/// What holds for each endpoint, whether or not it says anything of it: it needs a viewer, or the role that it is marked with. An endpoint that was forgotten
/// is closed, not open.
/// </summary>
internal sealed class AccessPolicy : AuthorizationHandler<AccessPolicy.Requirement>
{
    private static readonly NeededRole Unmarked = new(Role.Viewer);

    /// <summary>What the endpoint asks of its callers; null for nothing.</summary>
    public static Role? RoleOf(HttpContext context) => (context.GetEndpoint()?.Metadata.GetMetadata<NeededRole>() ?? Unmarked).Role;

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Requirement requirement)
    {
        if (context.Resource is HttpContext http && http.Features.Get<Caller>() is { } caller && (RoleOf(http) is not { } needed || caller.Role.Allows(needed)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    public sealed class Requirement : IAuthorizationRequirement
    {
    }
}

/// <summary>A key with labels reaches tasks that have them. Of other tasks it does not even hear that they are there.</summary>
internal sealed class LabelScope(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, IGrainFactory grains)
    {
        var caller = context.GetCaller();
        if (caller.Only is { } only && AccessPolicy.RoleOf(context) is not null)
        {
            await ((context.GetRouteValue("id") as string) == only.Value ? next(context) : RefuseAsync(context, $"This token is for task {only} alone."));
            return;
        }

        if (caller.Labels.IsEmpty || context.GetEndpoint()?.Metadata is not { } marks
            || marks.GetMetadata<LabelsApplied>() is not null || marks.GetMetadata<NeededRole>() is { Role: null })
        {
            await next(context);
            return;
        }

        if (context.GetRouteValue("id") is not string id)
        {
            await RefuseAsync(context, "This key reaches tasks with its labels alone, and this address tells of others too.");
            return;
        }

        if (!TaskId.TryParse(id, out var task, out _) || await SeesAsync(caller, task, grains))
        {
            await next(context);
            return;
        }

        await TypedResults.Problem($"There is no task {task}.", statusCode: StatusCodes.Status404NotFound).ExecuteAsync(context);
    }

    /// <summary>Whether the task is there, and has the labels of the caller's key.</summary>
    public static async Task<bool> SeesAsync(Caller caller, TaskId task, IGrainFactory grains) =>
        await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task) is { } snapshot && caller.Sees(snapshot.ToState().Labels);

    private static Task RefuseAsync(HttpContext context, string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
}

internal static class AccessServices
{
    public static void AddAccess(this IServiceCollection services, DoorOptions door, ClusterSecret? secret, HttpBounds bounds)
    {
        services.AddSingleton(door);
        services.AddSingleton(bounds);
        services.AddSingleton(new Seals(secret));
        services.AddSingleton<Sessions>();
        services.AddSingleton<ReadTokens>();
        services.AddDataProtection();
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider>(provider => new SealedProtection(provider.GetRequiredService<Seals>(), "forms")));
        services.AddSingleton<KeyRing>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRing>());
        services.AddAuthentication(AccessHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, AccessHandler>(AccessHandler.SchemeName, null);
        services.AddAuthorizationBuilder().SetFallbackPolicy(
            new AuthorizationPolicyBuilder().AddRequirements(new AccessPolicy.Requirement()).Build());
        services.AddSingleton<IAuthorizationHandler, AccessPolicy>();
    }

    public static void UseAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseMiddleware<RequestLimits>();
        app.UseMiddleware<AuditTrail>();
        app.UseAuthorization();
        app.UseMiddleware<LabelScope>();
        app.UseMiddleware<StreamAccess>();
    }
}
