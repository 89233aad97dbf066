using Muster.Configuration.Model;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>TransmittedStateValidityPeriod (rolemodel.md 3.10, 6.1): an order without an answer or confirmation becomes an error.</summary>
internal static class Elapsed
{
    public const string Message = "The order had no answer, or no synchronisation confirmed it, within TransmittedStateValidityPeriod.";

    public static bool Is(ResourceType type, ProvisioningState state, DateTime? orderAt, DateTime now) =>
        type.TransmittedStateValidityPeriod > 0
        && state is ProvisioningState.Transmitted or ProvisioningState.Executed
        && orderAt is { } at
        && at.AddMinutes(type.TransmittedStateValidityPeriod) <= now;
}
